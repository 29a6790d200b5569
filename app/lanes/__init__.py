"""What is computed: each lane has a request that a document leads to, the job that answers it, and its result. No Qt.

The lanes here are shared by all cards; a panel's own lanes are declared beside its picture, in ``app.panels``.
"""
