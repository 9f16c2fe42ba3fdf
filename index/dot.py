"""Products of rows with one vector, in the calling thread.

BLAS would wake a thread for them that goes on spinning when they are done: on two cores that costs a question more
than the products themselves.
"""

import numpy as np
from numpy.typing import NDArray


def dots(rows: NDArray[np.float32], vector: NDArray[np.float32]) -> NDArray[np.float32]:
    """The product of each row with the vector: shapes (n, d) and (d,) give (n,)."""
    products: NDArray[np.float32] = np.einsum("ij,j->i", rows, vector)
    return products
