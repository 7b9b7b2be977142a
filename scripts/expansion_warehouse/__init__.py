"""The `warehouse` command: sample, import, build, check, publish."""
