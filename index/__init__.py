"""Byline's ground floor: articles in, hits out. Nothing here knows about questions and answers."""
