//! A school behind a router behind an internet, each a network of its own.

use std::{fs, path::PathBuf, process::Command};

/// The networks; they are gone when it is dropped.
pub struct Lab {
    names: [String; 2],
    links: String,
    /// Second number of its addresses: tests that run at the same time have networks of their own.
    net: u8,
}

fn ip(arguments: &str) -> bool {
    let output = Command::new("ip").args(arguments.split(' ')).output();
    output.is_ok_and(|output| output.status.success())
}

impl Lab {
    /// `None` where this machine may not make networks. Labs of one test program differ in their number.
    pub fn build(number: u8) -> Option<Self> {
        let id = std::process::id() % 100_000;
        let net = 213 + number;
        let (school, router) = (format!("sbs{id}n{number}"), format!("sbr{id}n{number}"));
        let lab = Self {
            links: format!("sbu{id}n{number}"),
            names: [school.clone(), router.clone()],
            net,
        };
        let links = &lab.links;
        let steps = [
            format!("netns add {school}"),
            format!("netns add {router}"),
            format!("link add name lan netns {school} type veth peer name lan netns {router}"),
            format!("link add name {links} type veth peer name wan netns {router}"),
            format!("addr add 10.{net}.2.1/24 dev {links}"),
            format!("link set {links} up"),
            format!("-n {router} addr add 10.{net}.2.2/24 dev wan"),
            format!("-n {router} addr add 10.{net}.1.1/24 dev lan"),
            format!("-n {router} addr add 10.{net}.3.53/32 dev lo"),
            format!("-n {router} link set lo up"),
            format!("-n {router} link set wan up"),
            format!("-n {router} link set lan up"),
            format!("-n {school} addr add 10.{net}.1.2/24 dev lan"),
            format!("-n {school} link set lan up"),
            format!("-n {school} link set lo up"),
            format!("-n {school} route add default via 10.{net}.1.1"),
            format!("route replace 10.{net}.1.0/24 via 10.{net}.2.2"),
        ];
        for step in steps {
            if !ip(&step) {
                return None;
            }
        }
        lab.router_may("net.ipv4.ip_forward=1").then_some(lab)
    }

    /// The namespace of the school.
    pub fn school(&self) -> &str {
        &self.names[0]
    }

    /// A port of the internet beyond the router.
    pub fn internet(&self, port: u16) -> String {
        format!("10.{}.2.1:{port}", self.net)
    }

    /// The school's side of the router.
    pub fn gateway(&self) -> String {
        format!("10.{}.1.1", self.net)
    }

    /// An address beyond the school's network.
    pub fn resolver(&self) -> String {
        format!("10.{}.3.53", self.net)
    }

    /// Gives the school a file of its own below `/etc`.
    pub fn etc(&self, name: &str, text: &str) {
        fs::create_dir_all(self.etc_dir()).unwrap();
        fs::write(self.etc_dir().join(name), text).unwrap();
    }

    /// Where `ip netns exec` finds such files.
    fn etc_dir(&self) -> PathBuf {
        PathBuf::from("/etc/netns").join(self.school())
    }

    /// Changes the router's addresses, links or routes.
    pub fn router(&self, arguments: &str) {
        assert!(
            ip(&format!("-n {} {arguments}", self.names[1])),
            "{arguments}"
        );
    }

    /// Sets a variable of the router's kernel.
    pub fn router_may(&self, setting: &str) -> bool {
        let router = &self.names[1];
        ip(&format!("netns exec {router} sysctl -qw {setting}"))
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        for name in &self.names {
            ip(&format!("netns del {name}"));
        }
        ip(&format!("link del {}", self.links));
        let etc = self.etc_dir();
        drop(fs::remove_dir_all(&etc));
        // Somebody else's files may be there, too.
        drop(etc.parent().map(fs::remove_dir));
    }
}
