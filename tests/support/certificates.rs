//! Certificates made with the `openssl` program at test time.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

/// A directory with keys and certificates, made once per test program and left to the system's cleaning.
pub struct Certificates {
    pub directory: PathBuf,
}

impl Certificates {
    pub fn get() -> &'static Certificates {
        static ALL: OnceLock<Certificates> = OnceLock::new();
        ALL.get_or_init(Certificates::make)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap()
    }

    /// Certificate and key of a server, PEM: `good`, `expired`, `future`, `other-name`, `self-signed`.
    pub fn server(&self, name: &str) -> (Vec<u8>, Vec<u8>) {
        (self.read(&format!("{name}.pem")), self.read(&format!("{name}.key")))
    }

    fn make() -> Certificates {
        let directory = std::env::temp_dir().join(format!("stskit-certificates-{}", std::process::id()));
        std::fs::create_dir_all(&directory).unwrap();
        let all = Certificates { directory };
        all.authority("ca");
        all.authority("other-ca");
        let loopback = "IP:127.0.0.1,DNS:localhost,DNS:sts.test.invalid";
        let (past, future) = (("20200101000000Z", "20200201000000Z"), ("20990101000000Z", "20990201000000Z"));
        all.leaf("good", loopback, None);
        all.leaf("other-name", "DNS:elsewhere.test.invalid", None);
        all.leaf("expired", loopback, Some(past));
        all.leaf("future", loopback, Some(future));
        let key = all.key("self-signed");
        let subject = format!("subjectAltName={loopback}");
        let arguments = ["req", "-x509", "-subj", "/CN=self-signed", "-days", "2", "-addext", &subject];
        all.openssl(&[&arguments[..], &["-key", &key, "-out", &all.text("self-signed.pem")]].concat());
        all
    }

    fn text(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    fn key(&self, name: &str) -> String {
        let key = self.text(&format!("{name}.key"));
        self.openssl(&["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", &key]);
        key
    }

    fn authority(&self, name: &str) {
        let (key, subject) = (self.key(name), format!("/CN={name}"));
        let out = self.text(&format!("{name}.pem"));
        self.openssl(&["req", "-x509", "-key", &key, "-subj", &subject, "-days", "2", "-out", &out]);
    }

    fn leaf(&self, name: &str, alternatives: &str, validity: Option<(&str, &str)>) {
        let (key, request) = (self.key(name), self.text(&format!("{name}.csr")));
        let (extensions, out) = (self.text(&format!("{name}.ext")), self.text(&format!("{name}.pem")));
        std::fs::write(&extensions, format!("subjectAltName={alternatives}\nbasicConstraints=CA:FALSE\n")).unwrap();
        self.openssl(&["req", "-new", "-key", &key, "-subj", "/CN=server", "-out", &request]);
        let (ca, ca_key) = (self.text("ca.pem"), self.text("ca.key"));
        let signed = ["x509", "-req", "-in", &request, "-CA", &ca, "-CAkey", &ca_key, "-CAcreateserial"];
        let files = ["-extfile", &extensions, "-out", &out];
        match validity {
            None => self.openssl(&[&signed[..], &files, &["-days", "2"]].concat()),
            Some((from, to)) => self.dated(&request, &extensions, &out, from, to),
        }
    }

    /// `openssl ca` is the way to choose both dates that old versions know too.
    fn dated(&self, request: &str, extensions: &str, out: &str, from: &str, to: &str) {
        let (config, index, serial) = (self.text("ca.conf"), self.text("index.txt"), self.text("serial.txt"));
        std::fs::write(&index, "").unwrap();
        std::fs::write(&serial, "1000\n").unwrap();
        let text = format!(
            "[ca]\ndefault_ca=d\n[d]\ndatabase={index}\nserial={serial}\nnew_certs_dir={}\ndefault_md=sha256\n\
             policy=p\nunique_subject=no\n[p]\ncommonName=supplied\n",
            self.directory.display()
        );
        std::fs::write(&config, text).unwrap();
        let (ca, ca_key) = (self.text("ca.pem"), self.text("ca.key"));
        let issue = ["ca", "-batch", "-notext", "-config", &config, "-in", request, "-cert", &ca, "-keyfile", &ca_key];
        let dates = ["-startdate", from, "-enddate", to, "-extfile", extensions, "-out", out];
        self.openssl(&[&issue[..], &dates].concat());
    }

    fn openssl(&self, arguments: &[&str]) {
        let done = Command::new("openssl")
            .args(arguments)
            .output()
            .unwrap_or_else(|e| panic!("these tests need the program openssl (package openssl): {e}"));
        assert!(done.status.success(), "openssl {arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    }
}
