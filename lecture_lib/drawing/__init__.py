"""Pictures: the look of the course, the scenes of its live figures, their stills.

Everything here takes numbers and returns pictures or descriptions of pictures.  Nothing here knows
widgets, and nothing uses pyplot's hidden current figure.
"""
