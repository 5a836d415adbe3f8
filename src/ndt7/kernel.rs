//! What the kernel says of a TCP connection (`TCP_INFO`, `TCP_CC_INFO`), and what we ask of it.
//!
//! The one module that may say `unsafe`: no library reads the newer fields of `TCP_INFO`. It must
//! not judge: a field that this kernel does not know is absent, never zero.

#![expect(
    unsafe_code,
    reason = "getsockopt and setsockopt with structures of the kernel's"
)]

use std::{
    io,
    mem::{MaybeUninit, offset_of, size_of},
    os::fd::{AsRawFd, BorrowedFd},
};

use libc::{c_int, c_void, socklen_t};
use serde::Serialize;

/// The kernel's account of a connection. Times in microseconds, sizes in bytes; the key names are
/// those of the ndt7 specification and of M-Lab's `tcp-info`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct TcpInfo {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub busy_time: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes_acked: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes_received: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes_retrans: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes_sent: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivery_rate: Option<u64>,
    #[serde(rename = "MinRTT", skip_serializing_if = "Option::is_none")]
    pub min_rtt: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pacing_rate: Option<u64>,
    #[serde(rename = "RTT", skip_serializing_if = "Option::is_none")]
    pub rtt: Option<u64>,
    #[serde(rename = "RTTVar", skip_serializing_if = "Option::is_none")]
    pub rtt_var: Option<u64>,
    #[serde(rename = "RWndLimited", skip_serializing_if = "Option::is_none")]
    pub rwnd_limited: Option<u64>,
    #[serde(rename = "SndBufLimited", skip_serializing_if = "Option::is_none")]
    pub sndbuf_limited: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snd_cwnd: Option<u64>,
    #[serde(rename = "SndMSS", skip_serializing_if = "Option::is_none")]
    pub snd_mss: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_retrans: Option<u64>,
}

/// What the congestion control BBR believes of the path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct BbrInfo {
    /// Bandwidth, bytes per second.
    #[serde(rename = "BW")]
    pub bw: u64,
    /// Smallest round trip, microseconds.
    #[serde(rename = "MinRTT")]
    pub min_rtt: u64,
    /// Gain of pacing, times 256.
    #[serde(rename = "PacingGain")]
    pub pacing_gain: u32,
    /// Gain of the congestion window, times 256.
    #[serde(rename = "CwndGain")]
    pub cwnd_gain: u32,
}

/// `struct tcp_bbr_info` of `linux/inet_diag.h`.
#[repr(C)]
#[derive(Clone, Copy)]
struct RawBbrInfo {
    bw_lo: u32,
    bw_hi: u32,
    min_rtt: u32,
    pacing_gain: u32,
    cwnd_gain: u32,
}

/// Reads a structure of plain numbers; returns it with how many of its bytes the kernel filled.
fn read<T: Copy>(socket: BorrowedFd<'_>, option: c_int) -> io::Result<(T, usize)> {
    let mut value = MaybeUninit::<T>::zeroed();
    let mut length =
        socklen_t::try_from(size_of::<T>()).map_err(|_| io::Error::other("too large"))?;
    // SAFETY: `value` has `length` bytes that are ours to write; the kernel writes no more than
    // that and says how many. The descriptor is borrowed, so it is open.
    let result = unsafe {
        libc::getsockopt(
            socket.as_raw_fd(),
            libc::IPPROTO_TCP,
            option,
            value.as_mut_ptr().cast::<c_void>(),
            &raw mut length,
        )
    };
    if result != 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: zeroed before, and every structure read here is numbers only, for which any bits do.
    let value = unsafe { value.assume_init() };
    Ok((value, usize::try_from(length).unwrap_or(0)))
}

/// What the kernel says of this connection now.
pub(super) fn tcp_info(socket: BorrowedFd<'_>) -> io::Result<TcpInfo> {
    let (info, filled) = read::<libc::tcp_info>(socket, libc::TCP_INFO)?;
    macro_rules! known {
        ($field:ident) => {{
            let end = offset_of!(libc::tcp_info, $field) + size_of_val(&info.$field);
            (end <= filled).then_some(u64::from(info.$field))
        }};
    }
    // What was never measured: all bits set for the smallest round trip, zero for the others.
    let measured = |time: &u64| *time != 0 && *time != u64::from(u32::MAX);
    Ok(TcpInfo {
        busy_time: known!(tcpi_busy_time),
        bytes_acked: known!(tcpi_bytes_acked),
        bytes_received: known!(tcpi_bytes_received),
        bytes_retrans: known!(tcpi_bytes_retrans),
        bytes_sent: known!(tcpi_bytes_sent),
        delivery_rate: known!(tcpi_delivery_rate),
        min_rtt: known!(tcpi_min_rtt).filter(measured),
        pacing_rate: known!(tcpi_pacing_rate),
        rtt: known!(tcpi_rtt).filter(measured),
        rtt_var: known!(tcpi_rttvar),
        rwnd_limited: known!(tcpi_rwnd_limited),
        sndbuf_limited: known!(tcpi_sndbuf_limited),
        snd_cwnd: known!(tcpi_snd_cwnd),
        snd_mss: known!(tcpi_snd_mss),
        total_retrans: known!(tcpi_total_retrans),
    })
}

/// What BBR believes; `None` under any other congestion control.
pub(super) fn bbr_info(socket: BorrowedFd<'_>) -> Option<BbrInfo> {
    let name = rustix::net::sockopt::tcp_congestion(socket).ok()?;
    if !name.starts_with("bbr") {
        return None;
    }
    let (raw, filled) = read::<RawBbrInfo>(socket, libc::TCP_CC_INFO).ok()?;
    (filled >= size_of::<RawBbrInfo>()).then(|| BbrInfo {
        bw: u64::from(raw.bw_hi) << 32 | u64::from(raw.bw_lo),
        min_rtt: u64::from(raw.min_rtt),
        pacing_gain: raw.pacing_gain,
        cwnd_gain: raw.cwnd_gain,
    })
}

/// Congestion control BBR, as M-Lab's servers use it. Whether this kernel has it and lets us.
pub(super) fn use_bbr(socket: BorrowedFd<'_>) -> bool {
    rustix::net::sockopt::set_tcp_congestion(socket, "bbr").is_ok()
}

/// How much may wait in the kernel unsent: what we write now is then on its way soon, a measurement
/// or a close among it, and little goes on after a test has ended.
pub(super) fn limit_unsent(socket: BorrowedFd<'_>, bytes: u32) -> io::Result<()> {
    let length =
        socklen_t::try_from(size_of::<u32>()).map_err(|_| io::Error::other("too large"))?;
    // SAFETY: the kernel reads four bytes from `bytes`, which lives as long as the call.
    let result = unsafe {
        libc::setsockopt(
            socket.as_raw_fd(),
            libc::IPPROTO_TCP,
            libc::TCP_NOTSENT_LOWAT,
            (&raw const bytes).cast::<c_void>(),
            length,
        )
    };
    if result == 0 {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read, Write},
        net::{TcpListener, TcpStream},
        os::fd::AsFd,
    };

    use super::*;

    fn pair() -> (TcpStream, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        (client, listener.accept().unwrap().0)
    }

    #[test]
    fn the_kernel_counts_what_passed() {
        let (mut client, mut server) = pair();
        client.write_all(&[7; 5_000]).unwrap();
        server.read_exact(&mut [0; 5_000]).unwrap();
        let info = tcp_info(server.as_fd()).unwrap();
        assert_eq!(info.bytes_received, Some(5_000));
        assert_eq!(info.bytes_sent, Some(0));
        assert!(tcp_info(client.as_fd()).unwrap().rtt.is_some());
    }

    #[test]
    fn bbr_speaks_only_where_it_is_in_use() {
        let (_client, server) = pair();
        rustix::net::sockopt::set_tcp_congestion(&server, "reno").unwrap();
        assert_eq!(bbr_info(server.as_fd()), None);
        if use_bbr(server.as_fd()) {
            assert!(bbr_info(server.as_fd()).is_some());
        }
    }

    #[test]
    fn no_socket_is_an_error() {
        let file = tempfile::tempfile().unwrap();
        assert!(tcp_info(file.as_fd()).is_err());
        assert!(limit_unsent(file.as_fd(), 1).is_err());
    }
}
