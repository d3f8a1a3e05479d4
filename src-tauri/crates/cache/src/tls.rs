//! TLS by rustls: whom we trust, and what a handshake that failed says.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use redis::{ClientTlsConfig, TlsCertificates};
use tokio::net::TcpStream;
use tokio::sync::OnceCell;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::{self, AlertDescription, CertificateError, ClientConfig, RootCertStore};
use tokio_rustls::{TlsConnector, rustls::Error as Refusal};

use crate::Error;
use crate::target::Host;

/// Whom we trust over TLS, and who we are. The files are read when the first connection is made, so that an address may be
/// written down before they are there.
#[derive(Debug)]
pub(crate) struct Tls {
    ca: Option<PathBuf>,
    /// A certificate of ours and its key.
    client: Option<(PathBuf, PathBuf)>,
    connector: OnceCell<Ready>,
}

/// What the files held.
#[derive(Clone)]
struct Ready {
    connector: TlsConnector,
    /// For redis-rs, which connects to the nodes of a cluster by itself.
    certificates: Arc<TlsCertificates>,
}

impl std::fmt::Debug for Ready {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ready")
    }
}

impl Tls {
    pub(crate) fn new(ca: Option<PathBuf>, client: Option<(PathBuf, PathBuf)>) -> Self {
        Self { ca, client, connector: OnceCell::new() }
    }

    /// Shakes hands over that connection. `host` is whose certificate must be shown, whoever stands in between.
    pub(crate) async fn connect(
        &self,
        stream: TcpStream,
        host: &Host,
        address: &str,
    ) -> Result<TlsStream<TcpStream>, Error> {
        let failed = |reason: String| Error::Tls { address: address.to_owned(), reason };
        let name = ServerName::try_from(host.name.clone())
            .map_err(|_| failed(format!("no certificate can be made out for the name {}", host.name)))?;
        let ready = self.ready().await.map_err(failed)?;
        ready.connector.connect(name, stream).await.map_err(|error| failed(in_words(&error)))
    }

    /// What redis-rs must know to do the same.
    pub(crate) async fn certificates(&self, address: &str) -> Result<TlsCertificates, Error> {
        // redis-rs asks for the one of the process; another part of it may have chosen already.
        let _ = ring::default_provider().install_default();
        match self.ready().await {
            Ok(ready) => Ok((*ready.certificates).clone()),
            Err(reason) => Err(Error::Tls { address: address.to_owned(), reason }),
        }
    }

    async fn ready(&self) -> Result<Ready, String> {
        let read = async || {
            let (ca, client) = (self.ca.clone(), self.client.clone());
            let read = tokio::task::spawn_blocking(move || read(ca.as_deref(), client));
            read.await.unwrap_or_else(|_| Err("Cachescope is closing".to_owned()))
        };
        self.connector.get_or_try_init(read).await.cloned()
    }
}

fn read(ca: Option<&Path>, client: Option<(PathBuf, PathBuf)>) -> Result<Ready, String> {
    let unreadable =
        |path: &Path, error: &dyn std::fmt::Display| format!("the file {} cannot be used: {error}", path.display());
    let file = |path: &Path| fs::read(path).map_err(|error| unreadable(path, &error));
    let mut roots = RootCertStore::empty();
    let root_cert = ca.map(file).transpose()?;
    if let (Some(path), Some(pem)) = (ca, &root_cert) {
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(|error| unreadable(path, &error))?;
            roots.add(certificate).map_err(|error| unreadable(path, &error))?;
        }
        if roots.is_empty() {
            return Err(unreadable(path, &"it holds no certificate"));
        }
    } else {
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if roots.is_empty() {
            return Err(
                "the system trusts no certificates at all; name the server's CA by ?ca=/path/to/ca.pem".to_owned()
            );
        }
    }
    // redis-rs connects to the nodes of a cluster by itself, with the provider of the process; without one rustls panics as soon as
    // a library brings a second. Where somebody has chosen already, theirs stays.
    let _ = ring::default_provider().install_default();
    let provider = Arc::new(ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_root_certificates(roots);
    let mut client_tls = None;
    let config = match client {
        None => config.with_no_client_auth(),
        Some((certificate, key)) => {
            let (client_cert, client_key) = (file(&certificate)?, file(&key)?);
            let chain = CertificateDer::pem_slice_iter(&client_cert)
                .collect::<Result<Vec<_>, _>>()
                .map_err(|error| unreadable(&certificate, &error))?;
            let secret = PrivateKeyDer::from_pem_slice(&client_key).map_err(|error| unreadable(&key, &error))?;
            client_tls = Some(ClientTlsConfig { client_cert, client_key });
            config.with_client_auth_cert(chain, secret).map_err(|error| unreadable(&certificate, &error))?
        }
    };
    let certificates = Arc::new(TlsCertificates { client_tls, root_cert });
    Ok(Ready { connector: TlsConnector::from(Arc::new(config)), certificates })
}

/// What a handshake that failed says about the server.
pub(crate) fn in_words(error: &io::Error) -> String {
    let refusal = error.get_ref().and_then(|inner| inner.downcast_ref::<Refusal>());
    match refusal {
        Some(Refusal::InvalidCertificate(reason)) => of_certificate(reason),
        Some(Refusal::InvalidMessage(_)) => "it does not speak TLS there".to_owned(),
        Some(Refusal::AlertReceived(AlertDescription::CertificateRequired | AlertDescription::HandshakeFailure)) => {
            "it wants to see a certificate of the client".to_owned()
        }
        Some(Refusal::AlertReceived(AlertDescription::UnknownCA)) => "it does not trust our certificate".to_owned(),
        Some(other) => other.to_string(),
        None if error.kind() == io::ErrorKind::InvalidData => "it does not speak TLS there".to_owned(),
        None if error.kind() == io::ErrorKind::UnexpectedEof => {
            "it closed the connection during the handshake; perhaps it does not speak TLS there".to_owned()
        }
        None => format!("the connection broke during the handshake ({})", error.kind()),
    }
}

fn of_certificate(reason: &CertificateError) -> String {
    match reason {
        // A signature that is not right is that of another CA of the same name.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            "its certificate comes from a CA that is not trusted here".to_owned()
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "its certificate has expired".to_owned(),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "its certificate is not valid yet; look at this machine's clock".to_owned()
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "its certificate is made out for another name".to_owned()
        }
        other => format!("its certificate is not good: {}", rustls::Error::InvalidCertificate(other.clone())),
    }
}
