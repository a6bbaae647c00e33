pub(crate) fn is_throttling_code(_code: &str) -> bool {
    false
}
