"""Sharing data: share request|list|key|pack|permit|open|revoke|audit."""
