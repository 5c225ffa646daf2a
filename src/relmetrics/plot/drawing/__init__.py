"""What every figure shares: the picture that it prepares, and the two that draw pictures.

A file of `plot` turns a result into a `Picture`: tidy rows, and what is drawn of them where.
`with_matplotlib` and `with_altair` draw any picture, so no figure is prepared twice.
"""
