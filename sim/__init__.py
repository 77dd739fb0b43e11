"""The stage where everything meets."""
