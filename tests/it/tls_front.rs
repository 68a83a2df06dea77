//! TLS before a fault server: a listener in the test's process that shows the certificate it is told
//! to, passes the bytes on as they are, and says no farewell unless told to. It ends with the test's
//! process.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// Certificates of the test authority, each with its key, of no value to anybody: for this machine,
pub(crate) const GOOD: &[u8] = include_bytes!("../fixtures/tls_good.pem");
/// for this machine until the first of February 2020,
pub(crate) const EXPIRED: &[u8] = include_bytes!("../fixtures/tls_expired.pem");
/// and for `elsewhere.test`.
pub(crate) const ELSEWHERE: &[u8] = include_bytes!("../fixtures/tls_elsewhere.pem");

/// How a connection ends that the server behind has closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Farewell {
    /// With the alert that belongs there (`close_notify`, RFC 8446 §6.1).
    Said,
    /// Without.
    Silent,
}

/// The listener.
pub(crate) struct TlsFront {
    address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    behind: u16,
    farewell: Farewell,
    acceptor: Mutex<TlsAcceptor>,
    connections: AtomicUsize,
}

impl TlsFront {
    /// Stands before the server at the port `behind` and shows a certificate.
    pub(crate) fn start(behind: u16, certificate: &[u8], farewell: Farewell) -> Self {
        let shared = Arc::new(Shared {
            behind,
            farewell,
            acceptor: Mutex::new(acceptor(certificate)),
            connections: AtomicUsize::new(0),
        });
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let (address, state) = (listener.local_addr().unwrap(), Arc::clone(&shared));
        std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(listen(listener, state));
        });
        Self { address, shared }
    }

    /// The start of a link to it.
    pub(crate) fn base(&self) -> String {
        format!("https://127.0.0.1:{}/", self.address.port())
    }

    /// Shows another certificate from now on.
    pub(crate) fn present(&self, certificate: &[u8]) {
        *self.shared.acceptor.lock().unwrap() = acceptor(certificate);
    }

    /// Connections taken so far, whatever became of them.
    pub(crate) fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }
}

fn acceptor(pem: &[u8]) -> TlsAcceptor {
    let certificate = CertificateDer::from_pem_slice(pem).unwrap();
    let key = PrivateKeyDer::from_pem_slice(pem).unwrap();
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

async fn listen(listener: std::net::TcpListener, shared: Arc<Shared>) {
    let listener = TcpListener::from_std(listener).unwrap();
    while let Ok((stream, _)) = listener.accept().await {
        shared.connections.fetch_add(1, Ordering::SeqCst);
        let shared = Arc::clone(&shared);
        // Either end may leave at any moment.
        tokio::spawn(async move { drop(pass_on(stream, &shared).await) });
    }
}

async fn pass_on(stream: TcpStream, shared: &Shared) -> std::io::Result<()> {
    let acceptor = shared.acceptor.lock().unwrap().clone();
    let (mut from, mut to) = tokio::io::split(acceptor.accept(stream).await?);
    let behind = TcpStream::connect(("127.0.0.1", shared.behind)).await?;
    behind.set_nodelay(true)?;
    let (mut answers, mut requests) = behind.into_split();
    let asking = tokio::spawn(async move { tokio::io::copy(&mut from, &mut requests).await });
    let mut chunk = vec![0; 16 << 10];
    // A reset behind ends it as well.
    while let Ok(read @ 1..) = answers.read(&mut chunk).await {
        to.write_all(&chunk[..read]).await?;
        to.flush().await?;
    }
    if shared.farewell == Farewell::Said {
        to.shutdown().await?;
    }
    asking.abort();
    Ok(())
}
