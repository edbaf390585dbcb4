//! Names of the system's error numbers, as Node.js (libuv) writes them.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(in crate::error) use unix::name;
#[cfg(windows)]
pub(in crate::error) use windows::name;
