"""What content owners open on Monday: gaps, health, drivers. Read-only on what customers see."""
