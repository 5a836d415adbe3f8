//! A wire that delays: what comes out of one TUN device goes into another, so much later, in order.
//! It stands in for netem, which not every kernel has. It must not lose or change anything.

use std::{
    fs::{File, OpenOptions},
    io::{Read, Write},
    process::Command,
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use rustix::ioctl::{IntegerSetter, Updater, ioctl, opcode};

/// `TUNSETIFF` of `linux/if_tun.h`.
const TUNSETIFF: u32 = opcode::write::<i32>(b'T', 202);
/// `TUNSETOFFLOAD` of `linux/if_tun.h`.
const TUNSETOFFLOAD: u32 = opcode::write::<u32>(b'T', 208);
/// `IFF_TUN | IFF_NO_PI | IFF_VNET_HDR`: an IP packet behind a header that says what is left to do to
/// it. With it several segments of TCP pass as one, without which a fast link would drown in packets.
const IP_TO_FINISH: u16 = 0x0001 | 0x1000 | 0x4000;
/// `TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6`: the other device finishes what this one has not.
const UNFINISHED: usize = 0x01 | 0x02 | 0x04;
/// More than a packet of these devices has, with the header.
const LARGEST_PACKET: usize = 66_000;

/// Packets due so close to each other pass together: each wait of its own costs a fast link dearly.
const TOGETHER: Duration = Duration::from_micros(100);

/// `struct ifreq` of `linux/if.h`, as `TUNSETIFF` reads and writes it.
#[repr(C)]
struct InterfaceRequest {
    name: [u8; 16],
    flags: u16,
    rest: [u8; 22],
}

/// Makes two devices of these names here and joins them. They go when this process does, or with the
/// namespace that they were moved to.
pub fn join(names: [&str; 2], one_way: Duration) {
    let [one, other] = names.map(device);
    let back = (other.try_clone().unwrap(), one.try_clone().unwrap());
    carry(one, other, one_way);
    carry(back.0, back.1, one_way);
}

#[expect(unsafe_code, reason = "no library in the tree makes a TUN device")]
fn device(name: &str) -> File {
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .open("/dev/net/tun")
        .unwrap_or_else(|error| panic!("/dev/net/tun (a kernel with CONFIG_TUN?): {error}"));
    let mut request = InterfaceRequest {
        name: [0; 16],
        flags: IP_TO_FINISH,
        rest: [0; 22],
    };
    // The last byte stays zero.
    for (to, from) in request.name[..15].iter_mut().zip(name.bytes()) {
        *to = from;
    }
    // SAFETY: TUNSETIFF reads and writes one `struct ifreq`, which this has the size and layout of, and
    // every field of which may hold any bits.
    let made = unsafe { ioctl(&file, Updater::<TUNSETIFF, _>::new(&mut request)) };
    made.unwrap_or_else(|error| panic!("the TUN device {name}: {error}"));
    // SAFETY: TUNSETOFFLOAD takes an integer, and no pointer.
    let set = unsafe { ioctl(&file, IntegerSetter::<TUNSETOFFLOAD>::new_usize(UNFINISHED)) };
    set.unwrap_or_else(|error| panic!("segments in one for the TUN device {name}: {error}"));
    file
}

/// One direction: a thread that notes when each packet is due, and one that waits for it.
fn carry(mut from: File, mut to: File, one_way: Duration) {
    let (queue, waiting) = mpsc::channel::<(Instant, Vec<u8>)>();
    thread::spawn(move || {
        go_first();
        let mut buffer = vec![0; LARGEST_PACKET];
        while let Ok(length) = from.read(&mut buffer) {
            let due = Instant::now() + one_way;
            if queue.send((due, buffer[..length].to_vec())).is_err() {
                break;
            }
        }
    });
    thread::spawn(move || {
        go_first();
        let mut now = Instant::now();
        for (due, packet) in waiting {
            if due > now + TOGETHER {
                thread::sleep(due.saturating_duration_since(Instant::now()));
                now = Instant::now();
            }
            // Before the other device is up it takes nothing; nothing is measured then.
            let _ = to.write_all(&packet);
        }
    });
}

/// A wire does not wait for a processor: this thread runs before all others.
fn go_first() {
    let thread = rustix::thread::gettid().as_raw_nonzero().to_string();
    let set = Command::new("chrt")
        .args(["--fifo", "--pid", "1", &thread])
        .status();
    assert!(
        set.is_ok_and(|set| set.success()),
        "chrt (util-linux) cannot put the relay first"
    );
}
