// Stands for what dockerode loads and dogwatch never uses: gRPC (to build images) and its own ssh (dogwatch talks through the user's).
module.exports = {};
