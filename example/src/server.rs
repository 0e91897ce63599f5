//! A library of one process: keeps what it was given, in the format that it came in.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

/// A book as it came.
struct Kept {
    media_type: String,
    body: String,
}

/// Starts the server; gives its URL.
pub(crate) fn start() -> io::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let url = format!("http://{}", listener.local_addr()?);
    thread::spawn(move || {
        let mut books = Vec::new();
        for stream in listener.incoming().flatten() {
            // A client that goes away is none of the others' business.
            let _ = serve(&stream, &mut books);
        }
    });
    Ok(url)
}

/// Answers one request and closes the connection.
fn serve(stream: &TcpStream, books: &mut Vec<Kept>) -> io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let (mut length, mut media_type, mut key) = (0, String::new(), String::new());
    loop {
        let mut header = String::new();
        reader.read_line(&mut header)?;
        let Some((name, value)) = header.trim_end().split_once(": ") else {
            break;
        };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().unwrap_or(0),
            "content-type" => value.clone_into(&mut media_type),
            "x-key" => value.clone_into(&mut key),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let body = String::from_utf8_lossy(&body).into_owned();
    let mut words = line.split(' ');
    let (method, target) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
    let (status, media_type, body) = match (method, target.strip_prefix("/api/books")) {
        _ if key != "a key" => ("401 Unauthorized", "application/json", String::new()),
        ("POST", Some("")) => {
            let id = books.len() + 1;
            // With the id that it has now.
            let body = match media_type.starts_with("application/xml") {
                true => body.replacen("<book", &format!("<book id=\"{id}\""), 1),
                false => body.replacen('{', &format!("{{\"id\":{id},"), 1),
            };
            books.push(Kept { media_type, body });
            let kept = &books[id - 1];
            ("201 Created", kept.media_type.as_str(), kept.body.clone())
        }
        ("GET", Some(id)) if id.starts_with('/') => {
            let id = id.trim_start_matches('/').parse().unwrap_or(0_usize);
            match id.checked_sub(1).and_then(|index| books.get(index)) {
                Some(kept) => ("200 OK", kept.media_type.as_str(), kept.body.clone()),
                None => {
                    let body = r#"{"message": "there is no such book"}"#.to_owned();
                    ("404 Not Found", "application/json", body)
                }
            }
        }
        ("GET", Some(query)) => {
            let page = query.trim_start_matches("?page=").parse().unwrap_or(1);
            let json = books.iter().filter(|kept| kept.body.starts_with('{'));
            let items: Vec<&str> = json
                .skip(page - 1)
                .take(1)
                .map(|kept| kept.body.as_str())
                .collect();
            (
                "200 OK",
                "application/json",
                format!("[{}]", items.join(",")),
            )
        }
        _ => ("404 Not Found", "application/json", String::new()),
    };
    let mut stream = stream;
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}
