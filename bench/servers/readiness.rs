//! Waiting until one of many sockets has bytes to read: by `epoll` on Linux, elsewhere by POSIX's `poll()`. The standard library
//! has neither. With `poll()`, the system looks at all of 64 sockets for a few that have bytes, which took a fifth of the
//! server's time.

use std::io;
use std::os::fd::{AsRawFd, RawFd};

pub use system::Readiness;

#[cfg(target_os = "linux")]
mod system {
    use super::{io, AsRawFd, RawFd};

    const EPOLL_CTL_ADD: i32 = 1;
    const EPOLLIN: u32 = 1;
    /// Sockets that one call reports.
    const AT_ONCE: usize = 64;

    /// `struct epoll_event`, which the system packs on x86-64.
    #[repr(C)]
    #[cfg_attr(target_arch = "x86_64", repr(packed))]
    #[derive(Clone, Copy)]
    struct Event {
        events: u32,
        token: u64,
    }

    extern "C" {
        fn epoll_create1(flags: i32) -> RawFd;
        fn epoll_ctl(epoll: RawFd, operation: i32, fd: RawFd, event: *mut Event) -> i32;
        fn epoll_wait(epoll: RawFd, events: *mut Event, most: i32, timeout: i32) -> i32;
    }

    /// Sockets, each with a token.
    pub struct Readiness {
        /// Open as long as the process runs.
        epoll: RawFd,
        events: [Event; AT_ONCE],
    }

    impl Readiness {
        pub fn new() -> io::Result<Self> {
            // SAFETY: the call takes no memory of this process.
            let epoll = unsafe { epoll_create1(0) };
            if epoll < 0 {
                return Err(io::Error::last_os_error());
            }
            let events = [Event { events: 0, token: 0 }; AT_ONCE];
            Ok(Self { epoll, events })
        }

        pub fn add(&mut self, socket: &impl AsRawFd, token: usize) -> io::Result<()> {
            let mut event = Event {
                events: EPOLLIN,
                token: token as u64,
            };
            // SAFETY: the event lives as long as the call.
            if unsafe { epoll_ctl(self.epoll, EPOLL_CTL_ADD, socket.as_raw_fd(), &mut event) } < 0 {
                return Err(io::Error::last_os_error());
            }
            Ok(())
        }

        /// Closing a socket removes it too.
        pub fn remove(&mut self, _token: usize) {}

        /// Waits, and gives the tokens of those that have bytes, or their end.
        pub fn wait(&mut self, ready: &mut Vec<usize>) {
            let events = &mut self.events;
            // SAFETY: the pointer and the count are those of one array, which nothing else uses during the call.
            let count = unsafe { epoll_wait(self.epoll, events.as_mut_ptr(), AT_ONCE as i32, -1) };
            let count = usize::try_from(count).unwrap_or(0);
            ready.extend(events[..count].iter().map(|event| event.token as usize));
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use super::{io, AsRawFd, RawFd};

    /// There are bytes to read.
    const POLLIN: i16 = 1;

    /// `struct pollfd`.
    #[repr(C)]
    struct Polled {
        fd: RawFd,
        events: i16,
        revents: i16,
    }

    extern "C" {
        fn poll(polled: *mut Polled, count: std::ffi::c_uint, timeout: i32) -> i32;
    }

    /// Sockets, each with a token.
    pub struct Readiness {
        polled: Vec<Polled>,
        /// In the same order.
        tokens: Vec<usize>,
    }

    impl Readiness {
        pub fn new() -> io::Result<Self> {
            Ok(Self {
                polled: Vec::new(),
                tokens: Vec::new(),
            })
        }

        pub fn add(&mut self, socket: &impl AsRawFd, token: usize) -> io::Result<()> {
            self.polled.push(Polled {
                fd: socket.as_raw_fd(),
                events: POLLIN,
                revents: 0,
            });
            self.tokens.push(token);
            Ok(())
        }

        pub fn remove(&mut self, token: usize) {
            if let Some(at) = self.tokens.iter().position(|known| *known == token) {
                self.polled.swap_remove(at);
                self.tokens.swap_remove(at);
            }
        }

        /// Waits, and gives the tokens of those that have bytes, or their end.
        pub fn wait(&mut self, ready: &mut Vec<usize>) {
            let polled = &mut self.polled;
            // SAFETY: the pointer and the count are those of one vector, which nothing else uses during the call.
            unsafe { poll(polled.as_mut_ptr(), polled.len() as std::ffi::c_uint, -1) };
            let found = polled
                .iter()
                .zip(&self.tokens)
                .filter(|(polled, _)| polled.revents != 0);
            ready.extend(found.map(|(_, token)| *token));
        }
    }
}
