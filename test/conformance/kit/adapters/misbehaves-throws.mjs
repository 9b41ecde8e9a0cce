export default {
  name: 'throws from open',
  open() {
    throw new Error('the door is shut')
  },
}
