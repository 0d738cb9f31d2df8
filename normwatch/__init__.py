"""The application: command line, configuration, schedule. It imports every other room and is imported by none."""
