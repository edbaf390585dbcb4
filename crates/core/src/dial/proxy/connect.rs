//! `CONNECT` (RFC 9110, 9.3.6): an HTTP proxy opens a tunnel.

use super::answer::Answer;
use super::handshake::Handshake;
use super::refusal;
use crate::dial::DialSteps;
use crate::error::Error;
use crate::io::Stream;
use crate::trace::Step;

/// Makes the connection a tunnel to `host` and `port`.
pub(super) async fn open(
    mut handshake: Handshake<'_>,
    host: &str,
    port: u16,
    steps: &DialSteps<'_>,
) -> Result<Stream, Error> {
    let head = head(&format!("{host}:{port}"), &handshake.proxy.header_lines);
    steps.started(Step::SendConnectHeaders);
    handshake.send(&head).await?;
    steps.complete(Step::SendConnectHeaders, &[]);
    steps.started(Step::SendConnectBody);
    steps.complete(Step::SendConnectBody, &[]);
    steps.started(Step::ReceiveConnectHeaders);
    let answer = Answer::receive(&mut handshake).await?;
    steps.complete(
        Step::ReceiveConnectHeaders,
        &[answer.version(), &answer.status.to_string()],
    );
    if (200..300).contains(&answer.status) {
        // the tunnel begins behind the head, whatever length that announces
        return Ok(handshake.into_stream().after(answer.rest.freeze()));
    }
    Err(refusal::of(&mut handshake, answer, steps.time_left()).await)
}

/// The order of the lines is HTTPX's. Lines of the proxy's own replace those of the same name.
fn head(target: &str, own_lines: &[u8]) -> Vec<u8> {
    let mut head = format!("CONNECT {target} HTTP/1.1\r\n").into_bytes();
    for (name, value) in [("Host", target), ("Accept", "*/*")] {
        if !has_line(own_lines, name) {
            head.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
        }
    }
    head.extend_from_slice(own_lines);
    head.extend_from_slice(b"\r\n");
    head
}

fn has_line(lines: &[u8], name: &str) -> bool {
    lines.split(|byte| *byte == b'\n').any(|line| {
        line.get(name.len()) == Some(&b':') && line[..name.len()].eq_ignore_ascii_case(name.as_bytes())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_the_proxy_follow_the_usual_ones_or_replace_them() {
        let text = |own: &[u8]| String::from_utf8(head("a.example:443", own)).unwrap();
        assert_eq!(
            text(b"Proxy-Authorization: Basic eA==\r\nX: y\r\n"),
            "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\nAccept: */*\r\n\
            Proxy-Authorization: Basic eA==\r\nX: y\r\n\r\n"
        );
        assert_eq!(
            text(b"hOST: b\r\nX-Accept: z\r\n"),
            "CONNECT a.example:443 HTTP/1.1\r\nAccept: */*\r\nhOST: b\r\nX-Accept: z\r\n\r\n"
        );
    }
}
