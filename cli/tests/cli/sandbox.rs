//! `lavka sandbox`.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use crate::support::{Served, run};

/// The address of a URL.
fn address(url: &str) -> &str {
    url.strip_prefix("http://")
        .expect("the sandbox speaks plain HTTP")
}

/// Asks without any client of ours; gives status line, headers and body.
fn get(url: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address(url)).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
        address(url)
    )
    .unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    reply
}

/// Sends SIGINT to this process alone.
#[cfg(unix)]
fn interrupt(served: &Served) {
    let status = std::process::Command::new("kill")
        .args(["-INT", &served.child.id().to_string()])
        .status()
        .unwrap();
    assert!(status.success());
}

#[test]
fn it_serves_every_api_on_loopback() {
    let served = Served::all();
    let names: BTreeSet<&str> = served.urls.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        BTreeSet::from([
            "digiseller",
            "fileflare",
            "insales_digital",
            "insales_products",
            "qnits"
        ])
    );
    let addresses: BTreeSet<&str> = served.urls.values().map(|url| address(url)).collect();
    assert_eq!(addresses.len(), 5, "each has a port of its own");
    assert!(
        addresses
            .iter()
            .all(|address| address.starts_with("127.0.0.1:")),
        "{addresses:?}"
    );

    let reply = get(
        served.url("fileflare"),
        "/api/v2/customer-account-orders?id=1",
    );
    assert!(reply.starts_with("HTTP/1.1 200 "), "{reply}");
    assert!(reply.contains("\"order_number\""), "{reply}");
    let reply = get(served.url("insales_products"), "/admin/products/1.xml");
    assert!(reply.starts_with("HTTP/1.1 401 "), "{reply}");
    let reply = get(served.url("digiseller"), "/no/such/path");
    assert!(reply.starts_with("HTTP/1.1 404 "), "{reply}");
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_it_well_even_with_an_open_connection() {
    use crate::support::wait;
    let mut served = Served::all();
    let mut idle = TcpStream::connect(address(served.url("qnits"))).unwrap();
    idle.write_all(b"GET / HTTP/1.1\r\nHost: ").unwrap();
    interrupt(&served);
    let started = std::time::Instant::now();
    assert_eq!(wait(&mut served.child).code(), Some(0));
    assert!(
        started.elapsed() < Duration::from_secs(20),
        "it waited for a client that says nothing"
    );
    assert!(
        TcpStream::connect(address(served.url("qnits"))).is_err(),
        "the port is still served"
    );
}

#[test]
fn apis_and_the_first_port_can_be_chosen() {
    // The ports were free a moment ago; where somebody was quicker, others are tried.
    for _ in 0..20 {
        let first = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = first.local_addr().unwrap().port();
        let Some(next) = port.checked_add(1) else {
            continue;
        };
        if TcpListener::bind(("127.0.0.1", next)).is_err() {
            continue;
        }
        drop(first);
        let args = ["qnits", "fileflare", "--port", &port.to_string()];
        let Some(served) = Served::try_start(&args, 2) else {
            continue;
        };
        let urls: BTreeSet<String> = served.urls.values().cloned().collect();
        let expected = [port, next].map(|port| format!("http://127.0.0.1:{port}"));
        assert_eq!(urls, BTreeSet::from(expected));
        assert_eq!(
            served.urls.keys().collect::<Vec<_>>(),
            ["fileflare", "qnits"]
        );
        return;
    }
    panic!("no two free ports side by side");
}

#[test]
fn a_port_that_is_taken_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let line = run(["sandbox", "qnits", "--port", &port]).one_line(1);
    assert!(line.contains(&port), "{line}");
}

#[test]
fn an_unknown_api_is_wrong_usage() {
    let line = run(["sandbox", "qnit"]).one_line(2);
    assert!(line.contains("`qnit`") && line.contains("qnits"), "{line}");
}
