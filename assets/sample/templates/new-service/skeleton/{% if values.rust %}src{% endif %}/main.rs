//! ${{ values.name }}: ${{ values.description }}

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};

const PORT: u16 = ${{ values.port }};

fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind(("0.0.0.0", PORT))?;
    eprintln!("${{ values.name }} listens on {PORT}");
    for stream in listener.incoming() {
        if let Err(error) = answer(stream?) {
            eprintln!("a caller went away: {error}");
        }
    }
    Ok(())
}

fn answer(mut stream: TcpStream) -> std::io::Result<()> {
    let mut request = String::new();
    BufReader::new(&stream).read_line(&mut request)?;
    let (status, body) = match request.split(' ').nth(1).unwrap_or("/") {
        "/healthz" => ("200 OK", "well"),
{%- for endpoint in values.endpoints %}
        "/${{ endpoint }}" => ("200 OK", "${{ endpoint }}: nothing to say yet"),
{%- endfor %}
        _ => ("404 Not Found", "no such thing here"),
    };
    write!(
        stream,
        "HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}
