//! What hands credentials to a machine: IMDS of an instance, and the endpoints of ECS tasks and of
//! EKS pods (Pod Identity).
//!
//! `imds.rs` and `container.rs` are the services; `imds_handle.rs` and `container_handle.rs` what a
//! test gets hold of; `keys.rs` the keys both hand out, and when they are renewed.

mod container;
mod container_handle;
mod imds;
mod imds_handle;
mod keys;

pub(super) use container::{SERVICE as CONTAINER, Task};
pub use container_handle::Container;
pub(super) use imds::{Instance, SERVICE as IMDS};
pub use imds_handle::Imds;
