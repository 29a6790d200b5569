"""Talweg beside what a person would otherwise use: the same work, in the same process, in turns."""
