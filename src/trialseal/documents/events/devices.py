"""Devices: what they measured, and images by digest."""

from __future__ import annotations

from typing import Literal

from trialseal.documents.events.members import ParticipantEvent
from trialseal.documents.fields import Count, Hex32, LocalId, Number, Text


class DeviceReading(ParticipantEvent):
    """One value that a device measured."""

    type: Literal["device-reading"]
    quantity: Text
    """What was measured: heart rate, glucose."""
    value: Number
    """The value."""
    unit: Text | None = None
    """Its unit: mmol/L."""
    device: LocalId | None = None
    """The device, by its code."""


class ImageReference(ParticipantEvent):
    """An image, or a series of them, by digest."""

    type: Literal["image-reference"]
    digest: Hex32
    """SHA-256 of the file, or the content digest of the folder."""
    modality: LocalId | None = None
    """How it was made: MR, CT, US (DICOM PS3.3, C.7.3.1.1.1)."""
    images: Count | None = None
    """How many images there are."""
