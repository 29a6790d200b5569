"""What each panel shows, as frozen values without Qt.

A *picture* is built by a pure function from (experiment, results, look). The window's views and the exporters' painters draw
the same pictures and nothing else: that is why an export is the screen.
"""
