// Replaces what dockerode loads but dogwatch never uses: gRPC (to build images) and its own ssh
// (dogwatch uses the user's).
module.exports = {};
