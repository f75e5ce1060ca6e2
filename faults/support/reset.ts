import type { Socket } from "node:net";

/**
 * RST to the other side. A socket that is just shutting down is closed plainly: the system refuses to reset it (EINVAL), and Node then loses its handle and
 * spins for ever when the process ends.
 */
export function reset(socket: Socket): void {
  if (socket.writableEnded && !socket.writableFinished) socket.destroy();
  else socket.resetAndDestroy();
}
