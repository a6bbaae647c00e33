//! The choices of a signer, each a value of its own. The defaults are right for every service but a few.

/// How the path of the request is percent-encoded in the canonical request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PathEncoding {
    /// The path as on the wire is encoded once more: every service but S3.
    #[default]
    Double,
    /// The path as on the wire is taken over: S3.
    Single,
}

/// Whether `.`, `..` and empty segments are removed from the path before signing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PathNormalization {
    /// Removed: every service but S3.
    #[default]
    Normalize,
    /// Kept: S3, where they are part of the object's name.
    AsGiven,
}

/// What stands in the signature for the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Payload {
    /// SHA-256 of the body bytes.
    #[default]
    Body,
    /// SHA-256 computed elsewhere.
    Sha256([u8; 32]),
    /// The text `UNSIGNED-PAYLOAD`: the body is not protected. Only over https, only where the service allows it.
    Unsigned,
}

/// Whether the payload hash is also sent as the header `x-amz-content-sha256`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ContentSha256 {
    /// Not sent: STS, SSO-OIDC and most services.
    #[default]
    Omit,
    /// Sent and signed: S3, OpenSearch Serverless, VPC Lattice.
    Header,
}

/// What happens with the session token of temporary credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SessionToken {
    /// Part of the signature: the rule.
    #[default]
    Signed,
    /// Added after signing, outside the signature: IoT over WebSocket.
    AfterSigning,
    /// Left to the caller.
    Omit,
}
