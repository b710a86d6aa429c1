"""The domain of Banjie: free of HTTP and of Celery, and the only place where rules live."""
