"""What arrays hold: places of features, and a number at each."""

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.uint32]
Values = NDArray[np.float32]
