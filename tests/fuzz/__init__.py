"""Fuzzing: whatever a file or an answer holds, a reader returns a result or says one sentence.

``python -m tests.fuzz rds --seconds 600`` fuzzes one reader; ``tests/unit/test_fuzz.py`` fuzzes all
of them for a short time each. ``corpus/`` holds, by reader, inputs that once ended in something
else.
"""
