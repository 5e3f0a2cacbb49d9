"""Diagnosis: from a symptom to findings, by pure checks over gathered evidence."""
