#!/usr/bin/env python3
"""Scaled pictures by OpenCV: INTER_AREA where both sides shrink, INTER_LINEAR where both grow. Source: pattern.rgb, 61 x 47, HWC uint8 RGB.
    pip install numpy opencv-python-headless; python make_golden.py"""
import os
import cv2, numpy as np
here = os.path.dirname(os.path.abspath(__file__))
rng = np.random.default_rng(7)
y, x = np.mgrid[0:47, 0:61]
smooth = np.stack([x * 4, y * 5, (x + y) * 2], axis=2)
pattern = np.clip(smooth + rng.integers(-60, 60, smooth.shape), 0, 255).astype(np.uint8)
pattern.tofile(f'{here}/pattern.rgb')
for w, h, how in ((23, 19, cv2.INTER_AREA), (60, 46, cv2.INTER_AREA), (7, 3, cv2.INTER_AREA), (97, 150, cv2.INTER_LINEAR)):
    cv2.resize(pattern, (w, h), interpolation=how).tofile(f'{here}/{w}x{h}.rgb')
print('opencv', cv2.__version__)
