"""The Celery side: tasks that call one service each."""
