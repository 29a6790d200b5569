"""Painters: they draw pictures in points on any QPainter, for PNG, SVG, PDF and paper; they know no view, store or thread."""
