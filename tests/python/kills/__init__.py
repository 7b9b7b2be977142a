"""Kills at random moments: whatever step a build was in, readers see a whole run."""
