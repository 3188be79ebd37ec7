//! What stands around the network: certificates, proxies, holes. Through the real client and the real program.

use std::{
    io::{Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener},
    process::{Command, Output},
    sync::Arc,
    thread::JoinHandle,
    time::Duration,
};

use oktodesk::{
    domain::value::ids::InternalId,
    oktopos::{ClientSettings, OktoPos},
    ports::{Pos, PosError},
    sandbox::{self, DEFAULT_KEY, SandboxOptions},
};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::{
    ServerConfig, ServerConnection,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer},
};
use tokio::{net::TcpSocket, runtime::Runtime, time::Instant};

use crate::{house::PATIENCE, order::order};

fn client(url: &str) -> OktoPos {
    OktoPos::new(ClientSettings::new(url.parse().unwrap(), DEFAULT_KEY.into())).unwrap()
}

#[track_caller]
fn expect_not_sent(outcome: &Result<InternalId, PosError>, words: &str) {
    let is_so = matches!(outcome, Err(PosError::NotSent { reason }) if reason.contains(words));
    assert!(is_so, "{outcome:?} without {words:?}");
}

/// A certificate authority.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    fn new(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, name);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Self { issuer: Issuer::new(params, key), pem }
    }
}

/// A certificate for this host, valid in these years.
fn params(host: &str, years: (i32, i32)) -> CertificateParams {
    let mut params = CertificateParams::new([host.to_owned()]).unwrap();
    params.not_before = date_time_ymd(years.0, 1, 1);
    params.not_after = date_time_ymd(years.1, 1, 1);
    params
}

/// Speaks TLS with one client and answers its request; returns what it could read of it.
fn tls_server(certificate: CertificateDer<'static>, key: &KeyPair) -> (SocketAddr, JoinHandle<Vec<u8>>) {
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let served = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut connection = ServerConnection::new(Arc::new(config)).unwrap();
        let mut tls = rustls::Stream::new(&mut connection, &mut stream);
        let mut request = Vec::new();
        let mut byte = [0];
        while !request.ends_with(b"{\"end\":1}") && matches!(tls.read(&mut byte), Ok(1)) {
            request.push(byte[0]);
        }
        if !request.is_empty() {
            let body = r#"{"internalId":7}"#;
            let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
            tls.write_all(answer.as_bytes()).unwrap();
            tls.flush().unwrap();
        }
        request
    });
    (address, served)
}

/// The name of the test that runs itself again in an environment of its own.
const TLS_TEST: &str = "surroundings::a_certificate_that_is_not_right_is_found_before_a_byte_is_sent";
const TLS_CHILD: &str = "FAULTS_TLS_CHILD";

/// Which certificates a machine trusts is read from its environment, which cannot be set in this process without touching
/// the other tests: so this test runs itself again.
#[test]
fn a_certificate_that_is_not_right_is_found_before_a_byte_is_sent() {
    if std::env::var_os(TLS_CHILD).is_some() {
        return println!("{} certificates", every_certificate());
    }
    let dir = tempfile::tempdir().unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", TLS_TEST, "--nocapture"])
        .env(TLS_CHILD, "1")
        .env("SSL_CERT_FILE", dir.path().join("ca.pem"))
        .env_remove("SSL_CERT_DIR")
        .output()
        .unwrap();
    let text = both(&output);
    assert!(output.status.success() && text.contains("1 passed") && text.contains("6 certificates"), "{text}");
}

/// Shows the client every certificate; how many there were.
fn every_certificate() -> usize {
    let runtime = Runtime::new().unwrap();
    let trusted = Authority::new("a house of our own");
    let stranger = Authority::new("somebody");
    std::fs::write(std::env::var_os("SSL_CERT_FILE").unwrap(), &trusted.pem).unwrap();
    let key = KeyPair::generate().unwrap();
    let host = "127.0.0.1";
    let good = (2020, 2070);
    let signed = |params: CertificateParams, by: &Authority| params.signed_by(&key, &by.issuer).unwrap();
    let own = params(host, good).self_signed(&key).unwrap();
    let cases = [
        ("good", signed(params(host, good), &trusted), true),
        ("expired", signed(params(host, (2020, 2021)), &trusted), false),
        ("not yet valid", signed(params(host, (2060, 2070)), &trusted), false),
        ("wrong host", signed(params("other.example", good), &trusted), false),
        ("unknown CA", signed(params(host, good), &stranger), false),
        ("self-signed", own, false),
    ];
    let count = cases.len();
    for (what, certificate, is_good) in cases {
        let (address, served) = tls_server(certificate.der().clone(), &key);
        let outcome = runtime.block_on(client(&format!("https://{address}/v1")).create_order("{\"end\":1}"));
        let request = String::from_utf8(served.join().unwrap()).unwrap();
        if is_good {
            assert_eq!(outcome, Ok(InternalId(7)), "{what}");
            assert!(request.contains(&format!("x-api-key: {DEFAULT_KEY}")), "{what}: {request}");
        } else {
            expect_not_sent(&outcome, "TLS failed");
            assert_eq!(request, "", "{what}: neither key nor order");
        }
    }
    count
}

#[tokio::test]
async fn plain_http_on_the_tls_port_has_been_sent_nothing() {
    let sandbox = sandbox::start(SandboxOptions::default()).await.unwrap();
    let pos = client(&format!("https://{}/v1", sandbox.address()));
    expect_not_sent(&pos.create_order("{}").await, "TLS failed");
    assert!(matches!(pos.ready_orders().await, Err(PosError::NotSent { .. })));
    assert!(sandbox.world().requests.is_empty());
}

/// A full queue of connections: the system drops what asks for another one without a word, as a firewall does.
#[tokio::test]
async fn silently_dropped_packets_end_with_the_connect_timeout_and_nothing_was_sent() {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut held = Vec::new();
    while let Ok(Ok(stream)) =
        tokio::time::timeout(Duration::from_millis(200), tokio::net::TcpStream::connect(address)).await
    {
        held.push(stream);
        assert!(held.len() < 50, "the queue is never full");
    }
    let settings = ClientSettings::new(format!("http://{address}/v1").parse().unwrap(), DEFAULT_KEY.into());
    let settings = ClientSettings { connect_timeout: Duration::from_millis(300), total_timeout: PATIENCE, ..settings };
    let began = Instant::now();
    expect_not_sent(&OktoPos::new(settings).unwrap().create_order("{}").await, "no connection in time");
    assert!(began.elapsed() < PATIENCE / 2, "{:?}", began.elapsed());
}

#[test]
fn the_timeouts_are_those_of_a_slow_house() {
    let settings = ClientSettings::new("https://shop.example/v1".parse().unwrap(), DEFAULT_KEY.into());
    let config = oktodesk::config::Config::defaults().unwrap();
    let configured = [config.oktopos.connect_timeout_seconds, config.oktopos.total_timeout_seconds];
    for [connect, total] in [configured, [settings.connect_timeout.as_secs(), settings.total_timeout.as_secs()]] {
        assert!((3..=5).contains(&connect) && total >= 35, "{connect} s and {total} s");
    }
}

fn both(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    format!("{}\n{}", text(&output.stdout), text(&output.stderr))
}

/// Takes connections, reads a little of each and hangs up.
struct Spy {
    address: SocketAddr,
    seen: std::sync::mpsc::Receiver<Vec<u8>>,
}

impl Spy {
    fn new() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, seen) = std::sync::mpsc::sync_channel(64);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
                let mut bytes = vec![0; 4096];
                let read = stream.read(&mut bytes).unwrap_or(0);
                bytes.truncate(read);
                if sender.send(bytes).is_err() {
                    return;
                }
            }
        });
        Self { address, seen }
    }

    fn seen(&self) -> Vec<String> {
        self.seen.try_iter().map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).collect()
    }
}

#[test]
fn the_program_ignores_the_proxies_of_its_environment_and_uses_the_one_it_is_told() {
    let runtime = Runtime::new().unwrap();
    let sandbox = runtime.block_on(sandbox::start(SandboxOptions::default())).unwrap();
    let (spy, home) = (Spy::new(), tempfile::tempdir().unwrap());
    let send = |id: &str, base_url: &str, proxy: Option<String>| {
        let file = home.path().join("order.json");
        std::fs::write(&file, order(id).to_string()).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_oktodesk"));
        command.arg("send").arg(&file).env_clear().env("HOME", home.path()).env("LANG", "C");
        command.env("OKTODESK_OKTOPOS__BASE_URL", base_url).env("OKTODESK_API_KEY", DEFAULT_KEY);
        for name in ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
            command.env(name, format!("http://{}", spy.address));
        }
        if let Some(proxy) = proxy {
            command.env("OKTODESK_OKTOPOS__PROXY", proxy);
        }
        command.output().unwrap()
    };
    let plain = send("plain", &sandbox.base_url(), None);
    assert_eq!(plain.status.code(), Some(0), "{}", both(&plain));
    assert_eq!(sandbox.world().of("plain").len(), 1);
    // Encrypted: nobody answers there, and nobody else is asked.
    let encrypted = send("encrypted", &format!("https://{}/v1", sandbox.address()), None);
    assert_eq!(encrypted.status.code(), Some(7), "queued: {}", both(&encrypted));
    assert_eq!(spy.seen(), Vec::<String>::new(), "the environment's proxy was asked");
    // And the spy does see what is sent to it.
    let told = send("told", "https://shop.example/v1", Some(format!("http://{}", spy.address)));
    assert_eq!(told.status.code(), Some(7), "{}", both(&told));
    let seen = spy.seen();
    assert!(!seen.is_empty() && seen.iter().all(|seen| seen.starts_with("CONNECT shop.example:443 ")), "{seen:?}");
    assert!(!seen.concat().contains(DEFAULT_KEY));
}
