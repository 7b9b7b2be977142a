"""Other systems' exports as raw folders: one folder per system, and the module that reads it."""
