"""The learned judgement: features of a comment, weights shipped with the package, and what a site's
own moderators taught. Pure: arrays and counts, no I/O but the reading of the model's file.
"""
