//! What is behind an error of the connection.

/// The last error of a chain: the ones before it only say that something failed.
pub(super) fn root_cause(error: &reqwest::Error) -> String {
    causes(error)
        .last()
        .map_or_else(|| error.to_string(), ToString::to_string)
}

/// Whether the server's certificate or its TLS was not accepted, which does not pass by itself: rustls reports data that
/// is invalid, the platforms' libraries have only texts in common.
pub(super) fn is_tls_failure(error: &reqwest::Error) -> bool {
    causes(error).any(|cause| {
        // An I/O error does not name the one that it wraps as its source.
        let io = cause.downcast_ref::<std::io::Error>();
        let mut wrapped = std::iter::successors(io, |io| io.get_ref()?.downcast_ref());
        wrapped.any(|io| io.kind() == std::io::ErrorKind::InvalidData)
            || cause.to_string().contains("certificate")
    })
}

/// The errors that led to this one.
pub(super) fn causes(
    error: &reqwest::Error,
) -> impl Iterator<Item = &(dyn std::error::Error + 'static)> {
    std::iter::successors(std::error::Error::source(error), |cause| cause.source())
}
