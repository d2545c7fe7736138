"""A long line that loses packets: two tun devices, and everything that goes into one comes out of the other later.

`far-line.py DEVICE DEVICE DELAY_MS LOSS` makes both and says "ready". It needs the rights of root, and ends when killed.
"""

import collections
import fcntl
import os
import random
import select
import struct
import sys
import time

TUNSETIFF = 0x400454CA
IFF_TUN = 0x0001
IFF_NO_PI = 0x1000
MOST_PACKET_BYTES = 65536
MOST_READ_AT_ONCE = 64


def open_device(name):
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
    return device


class Way:
    """One direction. All packets take equally long, so they stay in order."""

    def __init__(self, source, target, delay, loss):
        self.source, self.target, self.delay, self.loss = source, target, delay, loss
        self.packets = collections.deque()

    def take(self):
        for _ in range(MOST_READ_AT_ONCE):
            try:
                packet = os.read(self.source, MOST_PACKET_BYTES)
            except BlockingIOError:
                return
            if random.random() >= self.loss:
                self.packets.append((time.monotonic() + self.delay, packet))

    def deliver(self):
        """Seconds until the next packet is due."""
        while self.packets:
            left = self.packets[0][0] - time.monotonic()
            if left > 0:
                return left
            _, packet = self.packets.popleft()
            try:
                os.write(self.target, packet)
            except OSError:
                pass  # A device that is not up yet, or full: lost like any other.
        return 1


first, second = (open_device(name) for name in sys.argv[1:3])
delay, loss = float(sys.argv[3]) / 1000, float(sys.argv[4])
ways = {first: Way(first, second, delay, loss), second: Way(second, first, delay, loss)}
print("ready", flush=True)
poll = select.epoll()
for device in ways:
    poll.register(device, select.EPOLLIN)
while True:
    wait = min(way.deliver() for way in ways.values())
    # A device that is not up tells so all the time.
    for device, event in poll.poll(wait):
        if event & select.EPOLLIN:
            ways[device].take()
        else:
            time.sleep(0.01)
