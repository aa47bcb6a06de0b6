"""The live figures, one a file, and `speak`, which chooses their language."""

from lecture_lib.explorers.ball_on_hills import BallOnHills
from lecture_lib.explorers.batch_accuracy import BatchAccuracy
from lecture_lib.explorers.batch_race import BatchRace
from lecture_lib.explorers.conventions import Conventions
from lecture_lib.explorers.curvature_compass import CurvatureCompass
from lecture_lib.explorers.dimension_lift import DimensionLift
from lecture_lib.explorers.epoch_counter import EpochCounter
from lecture_lib.explorers.escape_lab import EscapeLab
from lecture_lib.explorers.escape_race import EscapeRace
from lecture_lib.explorers.flat_and_sharp import FlatAndSharp
from lecture_lib.explorers.hessian_lens import HessianLens
from lecture_lib.explorers.loss_slice import LossSlice
from lecture_lib.explorers.measurement import Measurement
from lecture_lib.explorers.minimum_ratio import MinimumRatio
from lecture_lib.explorers.momentum_memory import MomentumMemory
from lecture_lib.explorers.momentum_step import MomentumStep
from lecture_lib.explorers.noise_cloud import NoiseCloud
from lecture_lib.explorers.noise_escape import NoiseEscape
from lecture_lib.explorers.own_loss import OwnLoss
from lecture_lib.explorers.own_network import OwnNetwork
from lecture_lib.explorers.prediction import predict, predictions_so_far
from lecture_lib.explorers.stability_map import StabilityMap
from lecture_lib.explorers.swarm_beside_momentum import SwarmBesideMomentum
from lecture_lib.explorers.taylor_lens import TaylorLens
from lecture_lib.explorers.update_time import UpdateTime
from lecture_lib.words import speak

__all__ = [
    "BallOnHills",
    "BatchAccuracy",
    "BatchRace",
    "Conventions",
    "CurvatureCompass",
    "DimensionLift",
    "EpochCounter",
    "EscapeLab",
    "EscapeRace",
    "FlatAndSharp",
    "HessianLens",
    "LossSlice",
    "Measurement",
    "MinimumRatio",
    "MomentumMemory",
    "MomentumStep",
    "NoiseCloud",
    "NoiseEscape",
    "OwnLoss",
    "OwnNetwork",
    "StabilityMap",
    "SwarmBesideMomentum",
    "TaylorLens",
    "UpdateTime",
    "predict",
    "predictions_so_far",
    "speak",
]
