// Capability flags: what client and server agreed on when they connected, and what decides how packets are read (MySQL
// Internals, "Capabilities Flags"; MariaDB, "Connection: Capabilities"). One 64-bit word holds both servers' flags: the
// upper half is MariaDB's, sent in bytes that MySQL reserves, and only where kLongPassword (MariaDB: CLIENT_MYSQL) is
// not set.
#pragma once

#include <cstdint>

namespace tapri::wire::mysql {

using Capabilities = std::uint64_t;

namespace capability {
inline constexpr Capabilities kLongPassword = 1ULL << 0;  // MariaDB: CLIENT_MYSQL, "I am not MariaDB"
inline constexpr Capabilities kFoundRows = 1ULL << 1;
inline constexpr Capabilities kLongFlag = 1ULL << 2;
inline constexpr Capabilities kConnectWithDb = 1ULL << 3;
inline constexpr Capabilities kNoSchema = 1ULL << 4;
inline constexpr Capabilities kCompress = 1ULL << 5;
inline constexpr Capabilities kOdbc = 1ULL << 6;
inline constexpr Capabilities kLocalFiles = 1ULL << 7;
inline constexpr Capabilities kIgnoreSpace = 1ULL << 8;
inline constexpr Capabilities kProtocol41 = 1ULL << 9;
inline constexpr Capabilities kInteractive = 1ULL << 10;
inline constexpr Capabilities kSsl = 1ULL << 11;
inline constexpr Capabilities kIgnoreSigpipe = 1ULL << 12;
inline constexpr Capabilities kTransactions = 1ULL << 13;
inline constexpr Capabilities kReserved = 1ULL << 14;
inline constexpr Capabilities kSecureConnection = 1ULL << 15;
inline constexpr Capabilities kMultiStatements = 1ULL << 16;
inline constexpr Capabilities kMultiResults = 1ULL << 17;
inline constexpr Capabilities kPsMultiResults = 1ULL << 18;
inline constexpr Capabilities kPluginAuth = 1ULL << 19;
inline constexpr Capabilities kConnectAttrs = 1ULL << 20;
inline constexpr Capabilities kPluginAuthLenencData = 1ULL << 21;
inline constexpr Capabilities kCanHandleExpiredPasswords = 1ULL << 22;
inline constexpr Capabilities kSessionTrack = 1ULL << 23;
inline constexpr Capabilities kDeprecateEof = 1ULL << 24;
inline constexpr Capabilities kOptionalResultsetMetadata = 1ULL << 25;
inline constexpr Capabilities kZstdCompression = 1ULL << 26;
inline constexpr Capabilities kQueryAttributes = 1ULL << 27;
inline constexpr Capabilities kMultiFactorAuthentication = 1ULL << 28;
inline constexpr Capabilities kCapabilityExtension = 1ULL << 29;
inline constexpr Capabilities kSslVerifyServerCert = 1ULL << 30;
inline constexpr Capabilities kRememberOptions = 1ULL << 31;

inline constexpr Capabilities kMariaProgress = 1ULL << 32;
inline constexpr Capabilities kMariaComMulti = 1ULL << 33;
inline constexpr Capabilities kMariaStmtBulkOperations = 1ULL << 34;
inline constexpr Capabilities kMariaExtendedMetadata = 1ULL << 35;
inline constexpr Capabilities kMariaCacheMetadata = 1ULL << 36;
inline constexpr Capabilities kMariaBulkUnitResults = 1ULL << 37;

// What only a MariaDB peer may send or be sent.
inline constexpr Capabilities kMariaMask = 0xffffffff00000000ULL;
// Asks for compressed packets, of either kind.
inline constexpr Capabilities kAnyCompression = kCompress | kZstdCompression;
}  // namespace capability

// Whether all flags of `wanted` are set.
[[nodiscard]] constexpr bool has(Capabilities capabilities, Capabilities wanted) {
  return (capabilities & wanted) == wanted;
}

// Both speak MariaDB's protocol: the upper half means something.
[[nodiscard]] constexpr bool is_mariadb(Capabilities capabilities) {
  return !has(capabilities, capability::kLongPassword);
}

}  // namespace tapri::wire::mysql
