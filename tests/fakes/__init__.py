"""Makers of hostile files, and a child whose parser misbehaves."""
