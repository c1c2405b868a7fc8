//! Whoever alerts are sent to, on this machine: a receiver of webhooks and a mail server, each with a script.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::certificates::Pair;

/// What a TLS server of tests shows.
pub(crate) fn acceptor(pair: &Pair) -> TlsAcceptor {
    TlsAcceptor::from(pair.server_config())
}

/// A request as it came: names of headers in lower case.
#[derive(Clone, Debug, Default)]
pub(crate) struct Got {
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Got {
    pub(crate) fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known == name);
        &found.unwrap_or_else(|| panic!("no {name}: {self:?}")).1
    }
}

/// A receiver that counts who connects and answers as its script says, 200 after its end.
pub(crate) struct Receiver {
    pub(crate) port: u16,
    connections: Arc<AtomicUsize>,
    got: Arc<Mutex<Vec<Got>>>,
}

impl Receiver {
    pub(crate) async fn new(script: &[&str], tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let script: VecDeque<String> = script.iter().map(|&line| line.to_owned()).collect();
        let script = Arc::new(Mutex::new(script));
        let (connections, got) = (
            Arc::new(AtomicUsize::new(0)),
            Arc::new(Mutex::new(Vec::new())),
        );
        let (counted, kept) = (Arc::clone(&connections), Arc::clone(&got));
        tokio::spawn(async move {
            while let Ok((tcp, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::SeqCst);
                let (script, kept, tls) = (Arc::clone(&script), Arc::clone(&kept), tls.clone());
                tokio::spawn(async move {
                    match tls {
                        None => answer(tcp, &script, &kept).await,
                        Some(tls) => {
                            if let Ok(stream) = tls.accept(tcp).await {
                                answer(stream, &script, &kept).await;
                            }
                        }
                    }
                });
            }
        });
        Self {
            port,
            connections,
            got,
        }
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    pub(crate) fn got(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }
}

async fn answer<S>(stream: S, script: &Mutex<VecDeque<String>>, kept: &Mutex<Vec<Got>>)
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    let mut stream = BufReader::new(stream);
    let (mut got, mut line) = (Got::default(), String::new());
    stream.read_line(&mut line).await.unwrap();
    loop {
        line.clear();
        stream.read_line(&mut line).await.unwrap();
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            break;
        };
        got.headers
            .push((name.to_ascii_lowercase(), value.to_owned()));
    }
    let length = got
        .headers
        .iter()
        .find(|(name, _)| name == "content-length");
    let length = length.map_or(0, |(_, value)| value.parse().unwrap());
    got.body = vec![0; length];
    stream.read_exact(&mut got.body).await.unwrap();
    kept.lock().unwrap().push(got);
    let next = script.lock().unwrap().pop_front();
    let head = next.unwrap_or_else(|| "200 OK".to_owned());
    let text = format!("HTTP/1.1 {head}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    stream.write_all(text.as_bytes()).await.unwrap();
    let _ = stream.shutdown().await;
}

/// What a mail server was told: each line, without its end, and whether that was said in TLS.
pub(crate) type Heard = Arc<Mutex<Vec<(bool, String)>>>;

/// A mail server: with STARTTLS where it has a certificate, and with names where that is so.
pub(crate) async fn mail_server(tls: Option<TlsAcceptor>) -> (u16, Heard) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = Heard::default();
    let kept = Arc::clone(&heard);
    tokio::spawn(async move {
        while let Ok((tcp, _)) = listener.accept().await {
            let (tls, kept) = (tls.clone(), Arc::clone(&kept));
            tokio::spawn(async move { converse(tcp, tls, &kept).await });
        }
    });
    (port, heard)
}

async fn converse(tcp: TcpStream, tls: Option<TlsAcceptor>, heard: &Heard) {
    let mut tcp = BufReader::new(tcp);
    tcp.write_all(b"220 mail.test ESMTP\r\n").await.unwrap();
    if !talk(&mut tcp, heard, tls.is_some(), false).await {
        return;
    }
    let Some(tls) = tls else { return };
    if let Ok(stream) = tls.accept(tcp.into_inner()).await {
        talk(&mut BufReader::new(stream), heard, false, true).await;
    }
}

/// Whether it goes on in TLS.
async fn talk<S>(stream: &mut BufReader<S>, heard: &Heard, offers: bool, is_tls: bool) -> bool
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    let mut in_mail = false;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
            return false;
        }
        let line = line.trim_end().to_owned();
        heard.lock().unwrap().push((is_tls, line.clone()));
        let word = line.split(' ').next().unwrap_or_default();
        let said = match word {
            "." if in_mail => {
                in_mail = false;
                "250 taken\r\n"
            }
            _ if in_mail => continue,
            "EHLO" if offers => "250-mail.test\r\n250 STARTTLS\r\n",
            "EHLO" if is_tls => "250-mail.test\r\n250 AUTH PLAIN\r\n",
            "EHLO" | "MAIL" | "RCPT" | "NOOP" => "250 fine\r\n",
            "AUTH" => "235 welcome\r\n",
            "DATA" => {
                in_mail = true;
                "354 go on\r\n"
            }
            "STARTTLS" => "220 go on\r\n",
            "QUIT" => "221 bye\r\n",
            _ => "500 what?\r\n",
        };
        stream.write_all(said.as_bytes()).await.unwrap();
        if word == "STARTTLS" {
            return true;
        }
    }
}
