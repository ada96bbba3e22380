/** Two soft notes, made here: nothing is fetched. A browser that wants a press first stays silent. */
export async function ring(): Promise<void> {
	const context = new AudioContext();
	try {
		if (context.state === 'suspended') await Promise.race([context.resume(), new Promise((resolve) => setTimeout(resolve, 200))]);
		if (context.state !== 'running') return;
		for (const [i, pitch] of [587, 784].entries()) note(context, pitch, context.currentTime + i * 0.13);
		await new Promise((resolve) => setTimeout(resolve, 700));
	} finally {
		await context.close();
	}
}

function note(context: AudioContext, pitch: number, at: number): void {
	const [tone, volume] = [context.createOscillator(), context.createGain()];
	tone.frequency.value = pitch;
	volume.gain.setValueAtTime(0, at);
	volume.gain.linearRampToValueAtTime(0.12, at + 0.02);
	volume.gain.exponentialRampToValueAtTime(0.001, at + 0.4);
	tone.connect(volume).connect(context.destination);
	tone.start(at);
	tone.stop(at + 0.45);
}
