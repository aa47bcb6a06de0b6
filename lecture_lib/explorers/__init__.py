"""The live figures, one a file, and `speak`, which chooses their language."""

from lecture_lib.explorers.curvature_compass import CurvatureCompass
from lecture_lib.explorers.dimension_lift import DimensionLift
from lecture_lib.explorers.escape_lab import EscapeLab
from lecture_lib.explorers.hessian_lens import HessianLens
from lecture_lib.explorers.own_loss import OwnLoss
from lecture_lib.explorers.prediction import predict, predictions_so_far
from lecture_lib.explorers.taylor_lens import TaylorLens
from lecture_lib.words import speak

__all__ = [
    "CurvatureCompass",
    "DimensionLift",
    "EscapeLab",
    "HessianLens",
    "OwnLoss",
    "TaylorLens",
    "predict",
    "predictions_so_far",
    "speak",
]
