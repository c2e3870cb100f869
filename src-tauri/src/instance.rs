//! The second start on a data folder brings the first one's window to the front.
//!
//! The folder's lock alone decides who may work; this is a courtesy. It needs no desktop service and
//! writes nothing: the window listens on a socket that has a name and no file, made of the folder's
//! identity, and that ends with its process. Where there are no such sockets, the second start only
//! says that the folder is in use.

use event_store::say;
use std::path::Path;

#[cfg(target_os = "linux")]
mod socket {
    use std::{
        fs, io,
        io::{Read, Write},
        os::{
            linux::net::SocketAddrExt,
            unix::{
                fs::MetadataExt,
                net::{SocketAddr, UnixListener, UnixStream},
            },
        },
        path::Path,
        thread,
        time::Duration,
    };

    /// A window that is alive answers at once; a second start must end within a second.
    const LONGEST_WAIT: Duration = Duration::from_millis(500);

    fn address(folder: &Path) -> io::Result<SocketAddr> {
        let folder = fs::metadata(folder)?;
        SocketAddr::from_abstract_name(format!("org.lanyard.{}.{}", folder.dev(), folder.ino()))
    }

    pub fn listen(folder: &Path, raise: impl Fn() + Send + 'static) -> io::Result<()> {
        let listener = UnixListener::bind_addr(&address(folder)?)?;
        thread::Builder::new().name("instance".into()).spawn(move || {
            for mut caller in listener.incoming().flatten() {
                raise();
                // Who does not wait for the answer does not need it.
                let _ = caller.write_all(b"!");
            }
        })?;
        Ok(())
    }

    pub fn raise(folder: &Path) -> io::Result<()> {
        let mut window = UnixStream::connect_addr(&address(folder)?)?;
        window.set_read_timeout(Some(LONGEST_WAIT))?;
        window.read_exact(&mut [0])
    }
}

/// Calls `raise` whenever another start on the folder asks for it.
pub fn listen(folder: &Path, raise: impl Fn() + Send + 'static) {
    #[cfg(target_os = "linux")]
    if let Err(error) = socket::listen(folder, raise) {
        say!("lanyard: a second start will not bring this window to the front: {error}");
    }
    #[cfg(not(target_os = "linux"))]
    drop((folder, raise));
}

/// Asks the window on a folder to come to the front. Says whether there is one.
pub fn raise(folder: &Path) -> bool {
    #[cfg(target_os = "linux")]
    return socket::raise(folder).is_ok();
    #[cfg(not(target_os = "linux"))]
    {
        let _ = folder;
        false
    }
}
