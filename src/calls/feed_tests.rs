//! Feeds of calls over real sockets: a FRITZ!Box that hangs up, says too much and comes back, and a port for plain numbers.

use rstest::rstest;
use tokio::io::AsyncWriteExt;

use super::*;

#[rstest]
#[case("fritzbox://fritz.box", Some("fritz.box:1012"))]
#[case("fritzbox://fritz.box:1013/", Some("fritz.box:1013"))]
#[case("fritzbox://192.168.178.1", Some("192.168.178.1:1012"))]
#[case("fritzbox://", None)]
#[case("fritzbox://fritz box", None)]
#[case("fritzbox://fritz.box:0815x", None)]
#[case("tcp-listen://0.0.0.0:5000", None)]
#[case("tcp-listen://192.168.1.2:5000", None)]
#[case("tcp-listen://127.0.0.1", None)]
#[case("sip://fritz.box", None)]
#[case("", None)]
fn what_is_no_feed_is_refused(#[case] text: &str, #[case] address: Option<&str>) {
    let wanted = address.map(|address| Feed::FritzBox { address: address.to_owned() }).ok_or(());
    assert_eq!(text.parse::<Feed>(), wanted);
}

#[test]
fn a_port_is_opened_on_this_machine_only() {
    assert_eq!("tcp-listen://127.0.0.1:5000".parse(), Ok(Feed::Listen("127.0.0.1:5000".parse().unwrap())));
    assert_eq!("tcp-listen://[::1]:5000".parse(), Ok(Feed::Listen("[::1]:5000".parse().unwrap())));
}

fn dialling() -> Dialling {
    Dialling { international_prefix: "00".into(), area_code: "040".into(), extension: "11".into() }
}

#[rstest]
#[case("123456", "040123456")]
#[case("0301234", "0301234")]
#[case("0043123456", "+43123456")]
#[case("+43123456", "+43123456")]
#[case(" 123 ", "040123")]
fn numbers_are_completed(#[case] heard: &str, #[case] wanted: &str) {
    assert_eq!(dialling().complete(heard), wanted);
    assert_eq!(Dialling::default().complete(heard.trim()), heard.trim(), "nothing is guessed without settings");
}

async fn heard(calls: &mut mpsc::Receiver<CallEvent>) -> CallEvent {
    timeout(Duration::from_secs(20), calls.recv()).await.unwrap().unwrap()
}

/// The next number that rings.
async fn next(calls: &mut mpsc::Receiver<CallEvent>) -> String {
    loop {
        if let CallEvent::Rings { number, .. } = heard(calls).await {
            return number.into_string();
        }
    }
}

#[tokio::test]
async fn a_fritzbox_is_read_and_connected_to_again() {
    let box_ = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let feed = Feed::FritzBox { address: box_.local_addr().unwrap().to_string() };
    let (ringing, mut calls) = mpsc::channel(4);
    let stop = CancellationToken::new();
    let mut hearing = JoinSet::new();
    hearing.spawn(hear(feed, dialling(), ringing, stop.clone()));
    let (mut stream, _) = box_.accept().await.unwrap();
    let hostile = format!("x;RING;0;{};1;SIP0;\r\nx;RING;1;04\x1b[2J0;1;SIP0;\r\n\u{fffd}\r\n", "9".repeat(2_000));
    stream.write_all(hostile.as_bytes()).await.unwrap();
    stream.write_all(b"\xff\xfe\r\nx;CALL;3;11;1;040999999;SIP0;\r\nx;RING;0;123456;1;SI").await.unwrap();
    stream.write_all(b"P0;\r\nx;CONNECT;0;11;123456;\r\n").await.unwrap();
    let number = Clean::new("040123456");
    let ring = CallEvent::Rings { number, line: Some(0) };
    assert_eq!(heard(&mut calls).await, ring, "what is no number and what the shop dials does not ring");
    assert_eq!(heard(&mut calls).await, CallEvent::Answered { line: 0 });
    stream.write_all(b"x;CONNECT;7;12;1;\r\nx;DISCONNECT;7;0;\r\n").await.unwrap();
    assert_eq!(heard(&mut calls).await, CallEvent::Elsewhere { line: 7 });
    assert_eq!(heard(&mut calls).await, CallEvent::Over { line: 7 });
    drop(stream);
    let (mut stream, _) = box_.accept().await.unwrap();
    stream.write_all(b"x;RING;2;;1;SIP0;\n").await.unwrap();
    assert_eq!(next(&mut calls).await, "", "a withheld number is a call");
    // More than the desk takes in at once: the rest is not waited for.
    stream.write_all("x;RING;3;0401111;1;SIP0;\n".repeat(50).as_bytes()).await.unwrap();
    drop(stream);
    let (_stream, _) = box_.accept().await.unwrap();
    assert_eq!(next(&mut calls).await, "0401111");
    stop.cancel();
    hearing.join_next().await.unwrap().unwrap();
}

#[tokio::test]
async fn a_port_takes_a_number_a_line() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (ringing, mut calls) = mpsc::channel(4);
    let mut serving = JoinSet::new();
    serving.spawn(async move { serve(listener, &dialling(), &ringing).await });
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"\n\nkeine Nummer\n123456\nanonymous\n+43 1 23456\n").await.unwrap();
    assert_eq!(next(&mut calls).await, "040123456");
    assert_eq!(next(&mut calls).await, "");
    assert_eq!(next(&mut calls).await, "+43 1 23456");
    serving.shutdown().await;
}
