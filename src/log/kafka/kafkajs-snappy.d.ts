declare module 'kafkajs-snappy' {
  const snappy: () => unknown;
  export default snappy;
}
