"""Stage 5: questions, their marking, and the session that keeps every answer."""
