/** Terminals and pseudo-terminals: raw mode, window size, the other side's number (tty_ioctl(4), pts(4)). */
import { check, openLibc } from "./libc.ts";

const libc = openLibc({
  ioctl: { parameters: ["i32", "u64", "buffer"], result: "i32" },
  isatty: { parameters: ["i32"], result: "i32" },
  tcgetattr: { parameters: ["i32", "buffer"], result: "i32" },
  tcsetattr: { parameters: ["i32", "i32", "buffer"], result: "i32" },
  cfmakeraw: { parameters: ["buffer"], result: "void" },
  fcntl: { parameters: ["i32", "i32", "i32"], result: "i32" },
});

/** asm-generic/ioctls.h: the same on x86_64 and aarch64. */
const TIOCGWINSZ = 0x5413n;
const TIOCSWINSZ = 0x5414n;
const TIOCGPTN = 0x80045430n;
const TIOCSPTLCK = 0x40045431n;
const TCSADRAIN = 1;
/** glibc's struct termios has 60 bytes on both architectures. */
const TERMIOS_BYTES = 64;
const F_GETFL = 3;
const F_SETFL = 4;
const O_NONBLOCK = 0o4000;

/** In characters. */
export interface WindowSize {
  rows: number;
  columns: number;
}

export function isTerminal(fd: number): boolean {
  return libc.isatty(fd) === 1;
}

/** Puts a terminal into raw mode until disposed, when it gets back the mode that it had. */
export function rawMode(fd: number): Disposable {
  const before = new Uint8Array(TERMIOS_BYTES);
  check(libc.tcgetattr(fd, before), "tcgetattr");
  const raw = before.slice();
  libc.cfmakeraw(raw);
  check(libc.tcsetattr(fd, TCSADRAIN, raw), "tcsetattr");
  return { [Symbol.dispose]: () => void libc.tcsetattr(fd, TCSADRAIN, before) };
}

export function windowSize(fd: number): WindowSize {
  const winsize = new Uint16Array(4); // struct winsize: ws_row, ws_col, ws_xpixel, ws_ypixel
  check(libc.ioctl(fd, TIOCGWINSZ, winsize), "ioctl TIOCGWINSZ");
  return { rows: winsize[0], columns: winsize[1] };
}

/** Sets the size; the foreground process group of the terminal gets SIGWINCH. */
export function setWindowSize(fd: number, size: WindowSize): void {
  check(libc.ioctl(fd, TIOCSWINSZ, new Uint16Array([size.rows, size.columns, 0, 0])), "ioctl TIOCSWINSZ");
}

/** Unlocks the slave of a pty master and returns its number n, as in /dev/pts/n. */
export function unlockPty(master: number): number {
  check(libc.ioctl(master, TIOCSPTLCK, new Int32Array([0])), "ioctl TIOCSPTLCK");
  const number = new Int32Array(1);
  check(libc.ioctl(master, TIOCGPTN, number), "ioctl TIOCGPTN");
  return number[0];
}

/** Whether reads and writes return at once; anybody who shares the open descriptor may have made it so. */
export function isNonBlocking(fd: number): boolean {
  return (check(libc.fcntl(fd, F_GETFL, 0), "fcntl") & O_NONBLOCK) !== 0;
}

/** Makes reads and writes of an open descriptor return at once; it holds for all who share it. */
export function setNonBlocking(fd: number): void {
  check(libc.fcntl(fd, F_SETFL, check(libc.fcntl(fd, F_GETFL, 0), "fcntl") | O_NONBLOCK), "fcntl");
}
